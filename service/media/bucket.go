package media

import (
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
)

// Directory gives a bucket in a directory of this machine, made if it is not
// there. Files are written beside their final place and renamed, so that a
// reader never sees half of one; nothing but the server may read them.
func Directory(path string) (*blob.Bucket, error) {
	return fileblob.OpenBucket(path, &fileblob.Options{
		CreateDir:   true,
		DirFileMode: 0o700,
		NoTempDir:   true,
		Metadata:    fileblob.MetadataDontWrite,
	})
}
