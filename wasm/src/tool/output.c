/*
 * What the tool does with a body. It gathers what goes to a file, because
 * curl writes 16 KB at a time, and each write costs a call of the host. The
 * file that was written last has a large buffer of stdio. It is written when
 * it is full, when another file needs it, and before the program waits: then
 * everything that has arrived is in the file. A native curl keeps back up to
 * 4 KB. Pipes and devices have no such buffer.
 */
#define HAVE_CONFIG_H
#include <tool_setup.h>
#include <sys/stat.h>
#include <tool_cfgable.h>
#include <tool_operate.h>

#include "blocking.h"
#include "output.h"
#include "../libcurl/decoding.h"

#define LARGE (256 * 1024)

static char *buffer;
/* The file that has it. */
static FILE *owner;

/* If this fails, ferror() reports it. */
void output_flush(void)
{
  if(owner)
    fflush(owner);
}

static int is_regular(FILE *file)
{
  struct stat status;
  return !fstat(fileno(file), &status) && S_ISREG(status.st_mode);
}

/* Gives the buffer to a file. musl's setvbuf() does so at any time when a file
   has no bytes in its own. */
static void gather(FILE *file)
{
  if(file == owner || !is_regular(file) || fflush(file))
    return;
  if(!buffer)
    buffer = malloc(LARGE);
  if(!buffer)
    return;
  if(owner) {
    output_flush();
    setvbuf(owner, NULL, _IONBF, 0);
  }
  owner = file;
  setvbuf(owner, buffer, _IOFBF, LARGE);
}

/* An error of a write that no call has reported fails the call that closes the
   file. */
int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file);
int __wrap_fclose(FILE *file)
{
  int failed = ferror(file);
  if(file == owner)
    owner = NULL;
  return __real_fclose(file) || failed ? EOF : 0;
}

/* Whether much output waits for a standard stream. Then driven_poll() goes on
   when that takes more. */
TOOL(clogged) int ts_clogged(void);

/* The tool's write callback, which first:
   - Pauses a decoder while output waits. Output that does not block keeps what
     it is given in memory. That is fine for bytes from the network, but a
     decoder makes a thousand times as much of them.
   - Fails if bytes of the same file that were gathered could not be
     written. */
size_t __real_tool_write_cb(char *data, size_t size, size_t n, void *userp);
size_t __wrap_tool_write_cb(char *data, size_t size, size_t n, void *userp);
size_t __wrap_tool_write_cb(char *data, size_t size, size_t n, void *userp)
{
  struct OutStruct *outs = &((struct per_transfer *)userp)->outs;
  int open = outs->fopened;
  size_t written;
  if(decoding_now() && ts_clogged())
    return CURL_WRITEFUNC_PAUSE;
  if(open) {
    if(ferror(outs->stream)) {
      clearerr(outs->stream);
      return 0;
    }
    gather(outs->stream);
  }
  written = __real_tool_write_cb(data, size, n, userp);
  if(outs->fopened && !open)
    gather(outs->stream);
  if(written != size * n && outs->stream)
    clearerr(outs->stream); /* this call reports it */
  return written;
}
