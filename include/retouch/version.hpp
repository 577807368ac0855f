// The one place that states the version; CMake reads it from here.
#pragma once

#define RETOUCH_VERSION_MAJOR 0
#define RETOUCH_VERSION_MINOR 1
#define RETOUCH_VERSION_PATCH 0
