/* For curves.test.ts: k times a point, and k times the base point. */
#include <stdlib.h>
#include <openssl/ec.h>

/* Writes base_scalar * G + scalar * point, uncompressed, and returns its length; 1 for the point at infinity. */
__attribute__((export_name("multiply"))) size_t multiply(
  int nid, const unsigned char *base_scalar, const unsigned char *scalar, size_t size, const unsigned char *point,
  size_t length, unsigned char *out)
{
  EC_GROUP *group = EC_GROUP_new_by_curve_name(nid);
  EC_POINT *result = EC_POINT_new(group), *other = length ? EC_POINT_new(group) : NULL;
  BIGNUM *m = length ? BN_bin2bn(scalar, (int)size, NULL) : NULL, *n = BN_bin2bn(base_scalar, (int)size, NULL);
  size_t written = 0;
  if((!length || EC_POINT_oct2point(group, other, point, length, NULL)) &&
     EC_POINT_mul(group, result, n, other, m, NULL))
    written = EC_POINT_point2oct(group, result, POINT_CONVERSION_UNCOMPRESSED, out, 200, NULL);
  EC_POINT_free(other);
  EC_POINT_free(result);
  BN_free(m);
  BN_free(n);
  EC_GROUP_free(group);
  return written;
}
