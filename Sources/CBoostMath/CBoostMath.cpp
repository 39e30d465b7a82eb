#include "CBoostMath.h"

#include <boost/math/special_functions/beta.hpp>

namespace {

using namespace boost::math::policies;

// Faults come back as NaN or infinity instead of an exception; double all the way, so that every
// machine gives the same digits.
using Quiet = policy<
    domain_error<ignore_error>, pole_error<ignore_error>, overflow_error<ignore_error>,
    evaluation_error<ignore_error>, underflow_error<ignore_error>, denorm_error<ignore_error>,
    promote_double<false>>;

}  // namespace

double cbm_ibeta(double a, double b, double x) { return boost::math::ibeta(a, b, x, Quiet()); }

double cbm_ibetac(double a, double b, double x) { return boost::math::ibetac(a, b, x, Quiet()); }

double cbm_ibeta_inv(double a, double b, double p) {
  return boost::math::ibeta_inv(a, b, p, Quiet());
}
