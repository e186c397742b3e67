/*
 * The sources of a program are compiled to call these functions where they
 * would block (see wasm/lib/curl-tool.sh). They call an import that suspends
 * the C stack until the host has an answer (see wasm/link).
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../glue.h"
#include "blocking.h"

int tool_wait_ms(long long ms)
{
  if(ms > 0)
    ts_poll(NULL, 0, ms > 0x7fffffff ? 0x7fffffff : (int)ms);
  return 0;
}

/* Waits until standard input can be read. It may come from an event loop,
   which has to run before a read can succeed. */
static void wait_readable(int fd)
{
  struct pollfd readable;
  readable.fd = fd;
  readable.events = POLLIN;
  ts_poll(&readable, 1, -1);
}

size_t tool_fread(void *buffer, size_t size, size_t n, FILE *file)
{
  size_t wanted = size * n;
  size_t got = 0;
  if(file != stdin)
    return fread(buffer, size, n, file);
  if(!wanted)
    return 0;
  for(;;) {
    got += fread((char *)buffer + got, 1, wanted - got, file);
    if(got == wanted || feof(file) || errno != EAGAIN)
      return got / size;
    clearerr(file);
    wait_readable(fileno(file));
  }
}

char *tool_fgets(char *line, int size, FILE *file)
{
  int length = 0;
  if(file != stdin)
    return fgets(line, size, file);
  while(length + 1 < size) {
    int c = getc(file);
    if(c == EOF) {
      if(feof(file) || errno != EAGAIN)
        break;
      clearerr(file);
      wait_readable(fileno(file));
      continue;
    }
    line[length++] = (char)c;
    if(c == '\n')
      break;
  }
  line[length] = '\0';
  return length ? line : NULL;
}

/* For the upload of standard input: the tool would take an error of read()
   for the end, and would end an incomplete upload without an error. */
ssize_t tool_read_upload(int fd, void *buffer, size_t size)
{
  ssize_t got = read(fd, buffer, size);
  if(got < 0 && fd == STDIN_FILENO && errno != EAGAIN)
    return CURL_READFUNC_ABORT;
  return got;
}

/* For the password prompt only. */
ssize_t tool_read_tty(int fd, void *buffer, size_t size)
{
  size_t length = 0;
  /* until the end of a line */
  while(length < size && (!length || ((char *)buffer)[length - 1] != '\n')) {
    ssize_t got = read(fd, (char *)buffer + length, size - length);
    if(got < 0 && errno == EAGAIN)
      wait_readable(fd);
    else if(got <= 0)
      break;
    else
      length += (size_t)got;
  }
  return (ssize_t)length;
}
