#include <libpq-fe.h>
#include <spawn.h>

// For starting PostgreSQL's own programs: glibc has it since 2.34, but shows it only under
// _GNU_SOURCE, which a module map cannot define.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// Field codes of PQresultErrorField: character macros are not imported into Swift.
static const int diag_sqlstate = PG_DIAG_SQLSTATE;
static const int diag_message_primary = PG_DIAG_MESSAGE_PRIMARY;
static const int diag_message_detail = PG_DIAG_MESSAGE_DETAIL;
static const int diag_message_hint = PG_DIAG_MESSAGE_HINT;
static const int diag_context = PG_DIAG_CONTEXT;
static const int diag_statement_position = PG_DIAG_STATEMENT_POSITION;
static const int diag_table_name = PG_DIAG_TABLE_NAME;
static const int diag_column_name = PG_DIAG_COLUMN_NAME;
static const int diag_constraint_name = PG_DIAG_CONSTRAINT_NAME;
