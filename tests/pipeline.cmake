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
  if(RETOUCH_SANITIZE MATCHES address)
    target_sources(${name}_test PRIVATE support/leaks.cpp)
  endif()
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

retouch_pipeline_test(video_writer)
add_dependencies(video_writer_test gstretouch)

retouch_pipeline_test(draw_objects LIBS retouch_test_clip)
add_dependencies(draw_objects_test gstretouch)

# The GStreamer element. GstHarness comes with GStreamer's check library.
pkg_check_modules(GST_TEST REQUIRED IMPORTED_TARGET gstreamer-check-1.0 gstreamer-app-1.0)
foreach(name element element_metadata element_cuda)
  retouch_pipeline_test(${name} LIBS retouch_gstreamer PkgConfig::GST_TEST)
  add_dependencies(${name}_test gstretouch)
endforeach()
target_include_directories(element_cuda_test PRIVATE ${PROJECT_SOURCE_DIR}/src)

if(RETOUCH_EXAMPLES)
  retouch_pipeline_test(examples)
  add_dependencies(examples_test blur_faces sprite_dashboard patch_dashboard draw_objects retouch_demo edit_image)
  if(RETOUCH_FACE_DETECTOR)
    retouch_pipeline_test(demo LIBS retouch_test_clip)
    add_dependencies(demo_test retouch_demo_all)
  endif()
endif()

# The command-line tool, as a user calls it: Python scripts that spawn it, with clips made by ffmpeg.
retouch_test(module LIBS retouch::pipeline)
target_sources(module_test PRIVATE ${PROJECT_SOURCE_DIR}/src/pipeline/runner/iso_file.cpp)
target_include_directories(module_test PRIVATE ${PROJECT_SOURCE_DIR}/src)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
if(NOT RETOUCH_SANITIZE)  # what GStreamer and its plugins keep until exit would be reported as leaks
  foreach(name run bad_input gallery)
    add_test(NAME cli_${name} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/cli/${name}_test.py)
    set_tests_properties(cli_${name} PROPERTIES TIMEOUT 600 LABELS "needs:ffmpeg" ENVIRONMENT
      "RETOUCH=$<TARGET_FILE:retouch_app>;RETOUCH_TEST_FUNCTIONS=$<TARGET_FILE:test_functions>;RETOUCH_CLIP=${PROJECT_SOURCE_DIR}/assets/hello720.mp4")
  endforeach()
endif()
