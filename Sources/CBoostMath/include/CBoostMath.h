// The special functions of exact tests, from Boost.Math. No function throws: what is outside its
// domain is NaN.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Regularized incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1.
double cbm_ibeta(double a, double b, double x);

/// Its complement 1 - I_x(a, b), without the loss of digits of the subtraction.
double cbm_ibetac(double a, double b, double x);

/// The x with I_x(a, b) = p.
double cbm_ibeta_inv(double a, double b, double p);

#ifdef __cplusplus
}
#endif
