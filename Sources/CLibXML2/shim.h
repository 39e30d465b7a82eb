#include <libxml/xmlreader.h>

// xmlFree is a variable, which no Swift code may touch from several threads.
static inline void status_sync_xml_free(void *memory) { xmlFree(memory); }
