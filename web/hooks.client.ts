import '#lib/seal/strict.ts'
