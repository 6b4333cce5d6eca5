/// <reference types="vite/client" />

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}

interface ImportMetaEnv {
  /** Address of the server, needed by the mini-program alone, e.g. https://nianwei.example.org */
  readonly VITE_SERVER?: string
}

declare module 'recorder-core/recorder.mp3.min' {
  interface Settings {
    type: 'mp3'
    sampleRate: number
    bitRate: number
    onProcess?: (buffers: Int16Array[], powerLevel: number, duration: number) => void
  }
  interface Recording {
    open(done: () => void, failed: (message: string, refused: boolean) => void): void
    start(): void
    stop(done: (blob: Blob, duration: number) => void, failed: (message: string) => void): void
    close(done?: () => void): void
  }
  interface Constructor {
    (settings: Settings): Recording
    TrafficImgUrl: string
    CLog: (...args: unknown[]) => void
  }
  const Recorder: Constructor
  export default Recorder
}
