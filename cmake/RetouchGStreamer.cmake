# Finds GStreamer. Targets: retouch_gstreamer, with a compile definition RETOUCH_GST_CUDA that says whether memory:CUDAMemory
# is handled: with the CUDA backend, and where GStreamer's CUDA library has headers that go with the toolkit's. That library
# opens libcuda at run time, so what links it also loads where there is no driver.
find_package(PkgConfig REQUIRED)
pkg_check_modules(GST REQUIRED IMPORTED_TARGET GLOBAL gstreamer-1.0>=1.20 gstreamer-base-1.0 gstreamer-video-1.0)
add_library(retouch_gstreamer INTERFACE)
target_link_libraries(retouch_gstreamer INTERFACE PkgConfig::GST)

set(RETOUCH_GST_CUDA OFF)
if(RETOUCH_WITH_CUDA)
  pkg_check_modules(GST_CUDA QUIET IMPORTED_TARGET GLOBAL gstreamer-cuda-1.0>=1.22)
  if(GST_CUDA_FOUND)
    include(CheckCXXSourceCompiles)
    set(CMAKE_REQUIRED_LIBRARIES PkgConfig::GST PkgConfig::GST_CUDA)
    set(CMAKE_REQUIRED_INCLUDES ${PROJECT_SOURCE_DIR}/src ${CUDAToolkit_INCLUDE_DIRS})
    check_cxx_source_compiles("#include \"pipeline/gst_cuda.hpp\"\nint main() { return gst_cuda_load_library() ? 0 : 1; }"
                              RETOUCH_GST_CUDA_COMPILES)
    unset(CMAKE_REQUIRED_LIBRARIES)
    unset(CMAKE_REQUIRED_INCLUDES)
    if(RETOUCH_GST_CUDA_COMPILES)
      set(RETOUCH_GST_CUDA ON)
      target_link_libraries(retouch_gstreamer INTERFACE PkgConfig::GST_CUDA)
      target_include_directories(retouch_gstreamer SYSTEM INTERFACE ${CUDAToolkit_INCLUDE_DIRS})
    endif()
  endif()
endif()
target_compile_definitions(retouch_gstreamer INTERFACE RETOUCH_GST_CUDA=$<BOOL:${RETOUCH_GST_CUDA}>)
message(STATUS "retouch: GStreamer ${GST_gstreamer-1.0_VERSION}, CUDA memory ${RETOUCH_GST_CUDA}")
