#pragma once
#ifdef __cplusplus
extern "C" {
#endif
int csj_version(void);
#ifdef __cplusplus
}
#endif
