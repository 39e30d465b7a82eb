// Foundation has an ICU of its own: the headers of another one, which libxml2's would include for types that nobody uses
// here, must not be part of the same program.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
