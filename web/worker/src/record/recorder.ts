import { Problem } from '@/api/problem'
import type { LocalFile } from '@/api/upload'

/** One finished recording. */
export interface Take extends LocalFile {
  ms: number
}

/** A microphone. Both platforms record mp3, so that the server sees one type. */
export interface Recorder {
  /** Asks for the microphone and starts; rejects with a Problem that says why not. */
  start(hear: (level: number, ms: number) => void): Promise<void>
  stop(): Promise<Take>
  /** Throws the recording away and frees the microphone. */
  cancel(): void
}

/** Makes the recorder of the platform. */
export async function newRecorder(): Promise<Recorder> {
  // #ifdef MP-WEIXIN
  return miniProgramRecorder()
  // #endif
  // #ifndef MP-WEIXIN
  return pageRecorder()
  // #endif
}

// #ifndef MP-WEIXIN
async function pageRecorder(): Promise<Recorder> {
  if (!navigator.mediaDevices?.getUserMedia) throw new Problem(-1, 'client.mic_unsupported')
  const { default: Lib } = await import('recorder-core/recorder.mp3.min').catch(() => {
    throw new Problem(0, 'client.offline')
  })
  Lib.TrafficImgUrl = ''
  Lib.CLog = () => undefined
  let hear: (level: number, ms: number) => void = () => undefined
  const rec = Lib({ type: 'mp3', sampleRate: 16000, bitRate: 32, onProcess: (_, level, ms) => hear(level, ms) })
  return {
    start: listener =>
      new Promise((resolve, reject) => {
        hear = listener
        rec.open(
          () => {
            rec.start()
            resolve()
          },
          (message, refused) => reject(new Problem(-1, refused ? 'client.mic_refused' : reasonOf(message))),
        )
      }),
    stop: () =>
      new Promise((resolve, reject) => {
        rec.stop(
          (blob, ms) => {
            rec.close()
            const file = new File([blob], 'greeting.mp3', { type: 'audio/mpeg' })
            resolve({ url: URL.createObjectURL(blob), file, ms })
          },
          () => {
            rec.close()
            reject(new Problem(-1, 'client.mic_broken'))
          },
        )
      }),
    cancel: () => rec.close(),
  }
}

function reasonOf(message: string): string {
  if (/NotFound|DevicesNotFound|not found/i.test(message)) return 'client.mic_missing'
  if (/NotAllowed|Permission|denied/i.test(message)) return 'client.mic_refused'
  return 'client.mic_broken'
}
// #endif

// #ifdef MP-WEIXIN
function miniProgramRecorder(): Recorder {
  const manager = uni.getRecorderManager()
  let ticking = 0
  return {
    start: hear =>
      new Promise((resolve, reject) => {
        const began = Date.now()
        manager.onStart(() => {
          // The manager tells no level with mp3; a calm steady ring says that it listens.
          ticking = setInterval(() => hear(35 + 15 * Math.sin(Date.now() / 300), Date.now() - began), 100) as unknown as number
          resolve()
        })
        manager.onError(e => {
          clearInterval(ticking)
          reject(new Problem(-1, /auth|deny|permission/i.test(String(e?.errMsg)) ? 'client.mic_refused' : 'client.mic_broken'))
        })
        manager.start({ format: 'mp3', sampleRate: 16000, numberOfChannels: 1, encodeBitRate: 48000, duration: 600000 })
      }),
    stop: () =>
      new Promise(resolve => {
        manager.onStop(e => {
          clearInterval(ticking)
          const ended = e as unknown as { tempFilePath: string; duration?: number }
          resolve({ url: ended.tempFilePath, ms: ended.duration ?? 0 })
        })
        manager.stop()
      }),
    cancel: () => {
      clearInterval(ticking)
      manager.stop()
    },
  }
}
// #endif
