import type { Component } from 'svelte'

/** What a form says below its fields by their names: set as context, so that a field of any section shows its own. */
export type FieldNote = {
  readonly view: Component<{ field: string }>
  /** The note's id where a field has one: it describes the control. */
  readonly id: (field: string) => string | undefined
}
export const FIELD_NOTE = Symbol('field-note')
