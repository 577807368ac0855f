# Tests of the pipeline, and the libraries of functions that they load, built as a user would build them.
foreach(pair functions:test_functions clash:test_clash nothing:test_nothing builtin:retouch_function_test_builtin)
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
