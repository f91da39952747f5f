export * from './wire.ts'
export * from './ids.ts'
export * from './live.ts'
export * from './timeline.ts'
