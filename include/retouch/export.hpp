// RETOUCH_EXPORT marks what the shared libraries let out; everything else is hidden.
#pragma once

#define RETOUCH_EXPORT __attribute__((visibility("default")))
