/*
 * Parts of a multipart body that TypeScript supplies piece by piece
 * (TypeScript side: ts/libcurl/mime.ts). The pointer that libcurl passes along
 * is a number, by which TypeScript finds the source. The code that has made
 * the part frees the source.
 */
#include "../glue.h"

LIBCURL(on_mime_read) size_t ts_on_mime_read(int source, char *buffer,
                                             size_t size);
LIBCURL(on_mime_seek) int ts_on_mime_seek(int source, double offset,
                                          int origin);

static size_t on_mime_read(char *buffer, size_t size, size_t n, void *source)
{
  return ts_on_mime_read((int)(size_t)source, buffer, size * n);
}

static int on_mime_seek(void *source, curl_off_t offset, int origin)
{
  return ts_on_mime_seek((int)(size_t)source, (double)offset, origin);
}

/* 'size' is -1 if the source does not know it. */
int EXPORT(mime_data_source)(curl_mimepart *part, double size, int source)
{
  return curl_mime_data_cb(part, (curl_off_t)size, on_mime_read, on_mime_seek,
                           NULL, (void *)(size_t)source);
}
