package media

import (
	"os"
	"slices"
	"strings"

	"nianwei/model/fault"
)

const (
	voiceWanted = "请上传录音（MP3、M4A、AAC、WAV、WebM、OGG 或 AMR）"
	photoWanted = "请上传图片（JPEG、PNG、WebP 或 GIF）"
	videoWanted = "请上传视频（MP4 或 MOV，H.264 编码）"
)

// expectVoice gives the type of an upload that should be a recording, or the
// fault that says what it is instead.
func expectVoice(u *upload) (Type, error) {
	t, err := u.sniff()
	switch {
	case err != nil:
		return "", err
	case slices.Contains(voiceTypes(), t):
		return t, nil
	default:
		return "", refuse(t, "audio", ErrNotAudio, voiceWanted)
	}
}

// expectPhoto is expectVoice for pictures.
func expectPhoto(u *upload) (Type, error) {
	t, err := u.sniff()
	switch {
	case err != nil:
		return "", err
	case slices.Contains(photoTypes(), t):
		return t, nil
	case t == heic:
		return "", ErrHEIC
	default:
		return "", refuse(t, "image", ErrNotImage, photoWanted)
	}
}

// expectVideo is expectVoice for films.
func expectVideo(u *upload) (Type, error) {
	t, err := u.sniff()
	switch {
	case err != nil:
		return "", err
	case t == MP4:
		return t, nil
	case t == hevc:
		return "", ErrHEVC
	default:
		return "", refuse(t, "video", ErrNotVideo, videoWanted)
	}
}

func (u *upload) sniff() (Type, error) {
	f, err := os.Open(u.path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return sniff(f, u.size)
}

// refuse says what was found and what is wanted: another format of the wanted
// family, another family of media, or no media at all.
func refuse(found Type, family string, none *fault.Fault, wanted string) error {
	got, _, _ := strings.Cut(string(found), "/")
	switch {
	case got == family:
		return because(ErrUnsupported, "这是%s，暂不支持。%s", found.chinese(), wanted)
	case got == "audio", got == "image", got == "video":
		return because(ErrTypeMismatch, "这是%s，不是需要的文件。%s", found.chinese(), wanted)
	default:
		return because(none, "这是%s。%s", found.chinese(), wanted)
	}
}

// chinese names a type as people know it.
func (t Type) chinese() string {
	if name, ok := t.known(); ok {
		return name
	}
	switch family, _, _ := strings.Cut(string(t), "/"); family {
	case "audio":
		return "另一种格式的录音"
	case "image":
		return "另一种格式的图片"
	case "video":
		return "视频"
	case "text":
		return "文本文件"
	default:
		return "无法识别的文件"
	}
}

// known names the types that people really send by mistake.
func (t Type) known() (string, bool) {
	name, ok := map[Type]string{
		MP3: " MP3 录音", AAC: " AAC 录音", M4A: " M4A 录音", WAV: " WAV 录音",
		WebM: " WebM 录音", Ogg: " OGG 录音", AMR: " AMR 录音",
		JPEG: " JPEG 图片", PNG: " PNG 图片", WebP: " WebP 图片", GIF: " GIF 图片", heic: " HEIC 图片",
		MP4: " MP4 视频", hevc: " HEVC 视频", webm: " WebM 视频", film: "另一种格式的视频",
		"image/bmp": " BMP 图片", "image/tiff": " TIFF 图片", "image/svg+xml": " SVG 图片",
		"audio/flac": " FLAC 录音", "audio/vorbis": " Vorbis 录音", "audio/midi": " MIDI 音乐",
		"application/pdf": " PDF 文档", "application/zip": "压缩包", "text/html": "网页",
	}[t]
	return name, ok
}
