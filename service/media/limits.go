package media

import "time"

// Limits is what a city allows for uploads and what a machine can bear. A zero
// field takes the value of DefaultLimits.
type Limits struct {
	VoiceBytes int64         // largest recording that is read
	VoiceMin   time.Duration // shortest recording
	VoiceMax   time.Duration // longest recording
	Tolerance  time.Duration // how far beyond the longest a recorder's own limit may run

	PhotoBytes  int64 // largest photo that is read, before decoding
	PhotoPixels int64 // most pixels that are decoded: width × height
	PhotoSide   int   // most pixels of either side
	ShownSide   int   // longest side of the photo that is kept
	ThumbSide   int   // longest side of its thumbnail
	Quality     int   // of both JPEGs, 1 to 100

	VideoBytes int64         // largest video that is read
	VideoMin   time.Duration // shortest video
	VideoMax   time.Duration // longest video, with Tolerance

	Transcoders int           // how many ffmpeg run at once
	Queue       int           // how many uploads wait for ffmpeg, or for a photo, before more are refused
	JobTime     time.Duration // how long one ffmpeg may take
	RetryAfter  time.Duration // what a refused sender is told to wait
	PhotoMemory int64         // bytes that photos being decoded may take together
	FrameMemory int64         // bytes that recordings being walked may take together
}

// DefaultLimits suits two cores and two gigabytes. 60 s is where WeChat's own
// recorder stops (wx.onVoiceRecordEnd); half a second more is its inaccuracy.
func DefaultLimits() Limits {
	return Limits{
		VoiceBytes:  10 << 20,
		VoiceMin:    time.Second,
		VoiceMax:    time.Minute,
		Tolerance:   500 * time.Millisecond,
		PhotoBytes:  15 << 20,
		PhotoPixels: 50_000_000,
		PhotoSide:   12_000,
		ShownSide:   2048,
		ThumbSide:   480,
		Quality:     85,
		VideoBytes:  100 << 20,
		VideoMin:    time.Second,
		VideoMax:    3 * time.Minute,
		Transcoders: 2,
		Queue:       64,
		JobTime:     20 * time.Second,
		RetryAfter:  5 * time.Second,
		PhotoMemory: 512 << 20,
		FrameMemory: 64 << 20,
	}
}

// filled gives l with defaults for what is not set.
func (l Limits) filled() Limits {
	d := DefaultLimits()
	return Limits{
		VoiceBytes:  or(l.VoiceBytes, d.VoiceBytes),
		VoiceMin:    or(l.VoiceMin, d.VoiceMin),
		VoiceMax:    or(l.VoiceMax, d.VoiceMax),
		Tolerance:   or(l.Tolerance, d.Tolerance),
		PhotoBytes:  or(l.PhotoBytes, d.PhotoBytes),
		PhotoPixels: or(l.PhotoPixels, d.PhotoPixels),
		PhotoSide:   or(l.PhotoSide, d.PhotoSide),
		ShownSide:   or(l.ShownSide, d.ShownSide),
		ThumbSide:   or(l.ThumbSide, d.ThumbSide),
		Quality:     or(l.Quality, d.Quality),
		VideoBytes:  or(l.VideoBytes, d.VideoBytes),
		VideoMin:    or(l.VideoMin, d.VideoMin),
		VideoMax:    or(l.VideoMax, d.VideoMax),
		Transcoders: or(l.Transcoders, d.Transcoders),
		Queue:       or(l.Queue, d.Queue),
		JobTime:     or(l.JobTime, d.JobTime),
		RetryAfter:  or(l.RetryAfter, d.RetryAfter),
		PhotoMemory: or(l.PhotoMemory, d.PhotoMemory),
		FrameMemory: or(l.FrameMemory, d.FrameMemory),
	}
}

// or gives v if it is a limit, else the default d.
func or[N int | int64 | time.Duration](v, d N) N {
	if v > 0 {
		return v
	}
	return d
}
