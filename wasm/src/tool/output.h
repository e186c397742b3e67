/*
 * The files that the tool writes bodies to: see output.c.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

/* Writes what is gathered. */
void output_flush(void);

#endif
