/*
 * Multiplies the base point of Ed25519 by a number. It replaces the function
 * of OpenSSL's crypto/ec/curve25519.c, whose table of 30 KB cannot be
 * compressed: see client-only. Only signing with an Ed25519 key uses it, and
 * takes a fraction of a millisecond longer.
 */

static const ge_precomp Bi[8]; /* the odd multiples of B, B first */

/* h = a * B, for a < 2^255. The time does not depend on a. */
static void ge_scalarmult_base(ge_p3 *h, const uint8_t *a)
{
  ge_p1p1 r;
  ge_p3 sum;
  int i;

  ge_p3_0(h);
  for(i = 254; i >= 0; i--) {
    unsigned int bit = a[i / 8] >> (i % 8) & 1;
    ge_p3_dbl(&r, h);
    ge_p1p1_to_p3(h, &r);
    ge_madd(&r, h, &Bi[0]);
    ge_p1p1_to_p3(&sum, &r);
    fe_cmov(h->X, sum.X, bit);
    fe_cmov(h->Y, sum.Y, bit);
    fe_cmov(h->Z, sum.Z, bit);
    fe_cmov(h->T, sum.T, bit);
  }
}
