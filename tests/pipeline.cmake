# Tests of the pipeline, and the libraries of functions that they load, built as a user would build them.
foreach(pair functions:test_functions clash:test_clash nothing:test_nothing builtin:retouch_function_test_builtin shade:mine)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 source)
  list(GET pair 1 target)
  add_library(${target} MODULE functions/${source}.cpp)
  retouch_target(${target})
  target_link_libraries(${target} PRIVATE retouch::pipeline)
  set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/test_functions)
  list(APPEND test_functions ${target})
endforeach()

# retouch_pipeline_test(NAME [LIBS ...]): a test that uses them.
function(retouch_pipeline_test name)
  cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
  retouch_test(${name} LIBS retouch::pipeline ${arg_LIBS})
  add_dependencies(${name}_test ${test_functions})
endfunction()

retouch_pipeline_test(function)
retouch_pipeline_test(chain)

pkg_check_modules(GST_APP REQUIRED IMPORTED_TARGET gstreamer-app-1.0 gstreamer-video-1.0)
add_library(retouch_test_clip STATIC support/clip.cpp)
retouch_target(retouch_test_clip)
target_link_libraries(retouch_test_clip PUBLIC retouch_test_support PkgConfig::GST_APP)

if(RETOUCH_FACE_DETECTOR)
  retouch_pipeline_test(face_detector LIBS retouch_test_clip)
  target_sources(face_detector_test PRIVATE ${PROJECT_SOURCE_DIR}/src/functions/face_detector/blazeface.cpp)
  target_include_directories(face_detector_test PRIVATE ${PROJECT_SOURCE_DIR}/src)
  add_dependencies(face_detector_test retouch_function_face_detector)
endif()

# The GStreamer element. GstHarness comes with GStreamer's check library.
pkg_check_modules(GST_TEST REQUIRED IMPORTED_TARGET gstreamer-check-1.0 gstreamer-app-1.0)
foreach(name element element_metadata element_cuda)
  retouch_pipeline_test(${name} LIBS retouch_gstreamer PkgConfig::GST_TEST)
  add_dependencies(${name}_test gstretouch)
endforeach()
target_include_directories(element_cuda_test PRIVATE ${PROJECT_SOURCE_DIR}/src)
