import { Problem, problemFrom } from './problem'
import { SERVER } from './request'
import { bearer } from './token'
import type { Media } from './types'

/** A file on the phone: a path that uni can read, and on H5 the file itself. */
export interface LocalFile {
  url: string
  file?: File
}

/** Uploads one recording or photo; `progress` hears 0 to 100. */
export function upload(purpose: 'voice' | 'photo', from: LocalFile, progress: (percent: number) => void): Promise<Media> {
  return new Promise((resolve, reject) => {
    const task = uni.uploadFile({
      url: SERVER + '/api/worker/media',
      filePath: from.url,
      file: from.file,
      name: 'file',
      formData: { purpose },
      header: { Accept: 'application/json', ...bearer() },
      timeout: 120000,
      success: ({ statusCode, data }) =>
        statusCode === 201 ? resolve(JSON.parse(data) as Media) : reject(problemFrom(statusCode, data)),
      fail: ({ errMsg }) => reject(new Problem(0, /timeout/.test(errMsg) ? 'client.timeout' : 'client.offline')),
    })
    task.onProgressUpdate(e => progress(e.progress))
  })
}

/**
 * Gives an address that an image or a player can load. A mini-program cannot
 * put its bearer into a player's address, so there the file is fetched first.
 */
export function playable(url: string): Promise<string> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    uni.downloadFile({
      url: SERVER + url,
      header: bearer(),
      success: ({ statusCode, tempFilePath }) =>
        statusCode === 200 ? resolve(tempFilePath) : reject(problemFrom(statusCode, undefined)),
      fail: () => reject(new Problem(0, 'client.offline')),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  // With the origin, since uni reads a path that begins with "/" as one below the router's base.
  return Promise.resolve(location.origin + url)
  // #endif
}
