#include "CSimdjson.h"
#include <simdjson.h>
extern "C" int csj_version(void) { return simdjson::SIMDJSON_VERSION_MAJOR; }
