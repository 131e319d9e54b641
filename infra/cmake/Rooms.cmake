# The three kinds of targets. Sources are globbed: a room is what lies in its folder.
include(Precompiled)

# argosy_room(NAME [USES rooms...] [LIBS third-party...] [FLAGS definitions...])
# A static library `argosy_NAME` from common/NAME. USES are rooms whose headers its own headers may show; LIBS stay PRIVATE, so that a
# file of another room that includes them does not find them or does not link.
function(argosy_room name)
  cmake_parse_arguments(ARG "" "" "USES;LIBS;FLAGS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")  # a program of the room's own
  list(TRANSFORM ARG_USES PREPEND argosy_)
  if(NOT sources)  # a room of headers only
    add_library(argosy_${name} INTERFACE)
    target_include_directories(argosy_${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(argosy_${name} INTERFACE ${ARG_USES})
    return()
  endif()
  add_library(argosy_${name} STATIC ${sources})
  target_include_directories(argosy_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(argosy_${name} PUBLIC ${ARG_USES} PRIVATE ${ARG_LIBS})
  target_compile_definitions(argosy_${name} PRIVATE ${ARG_FLAGS})
  argosy_precompile(argosy_${name} product ${name})
endfunction()

# argosy_program(NAME OUTPUT binary [USES rooms...] [LIBS ...])
# USES begins with the room whose headers most of its files see (Precompiled.cmake), and so it does for a test.
# A worker: everything in its folder but main.cc becomes a library `argosy_worker_NAME`, so that tests can drive its handler.
function(argosy_program name)
  cmake_parse_arguments(ARG "" "OUTPUT" "USES;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT sources)
    return()
  endif()
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  list(GET ARG_USES 0 room)
  list(TRANSFORM ARG_USES PREPEND argosy_)
  add_library(argosy_worker_${name} STATIC ${sources})
  target_include_directories(argosy_worker_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(argosy_worker_${name} PUBLIC ${ARG_USES} PRIVATE ${ARG_LIBS})
  argosy_precompile(argosy_worker_${name} product ${room})
  add_executable(${ARG_OUTPUT} ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
  target_link_libraries(${ARG_OUTPUT} PRIVATE argosy_worker_${name})
  set_target_properties(${ARG_OUTPUT} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# How long a program of tests may take, in seconds: for one that hangs. None is timed; on a busy machine the longest take ten times what they
# take alone.
set(ARGOSY_TEST_TIMEOUT 900)
if(ARGOSY_SANITIZE OR ARGOSY_COVERAGE)
  set(ARGOSY_TEST_TIMEOUT 3600)
endif()

# argosy_test(KIND NAME [USES rooms or workers...] [LIBS ...])
# One GoogleTest program from tests/KIND/NAME/*.cc, registered with ctest as KIND.NAME with the label KIND. The target tests_KIND builds
# all of a kind.
function(argosy_test kind name)
  cmake_parse_arguments(ARG "" "" "USES;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  if(NOT sources)
    return()
  endif()
  set(room "")
  if(ARG_USES)
    list(GET ARG_USES 0 room)
  endif()
  list(TRANSFORM ARG_USES PREPEND argosy_)
  add_executable(test_${kind}_${name} ${sources})
  target_link_libraries(test_${kind}_${name} PRIVATE ${ARG_USES} GTest::gmock GTest::gtest_main ${ARG_LIBS})
  target_compile_definitions(test_${kind}_${name} PRIVATE ARGOSY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ARGOSY_BINARY_DIR="${CMAKE_BINARY_DIR}")
  argosy_precompile(test_${kind}_${name} test ${room})
  set_target_properties(test_${kind}_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(NOT TARGET tests_${kind})
    add_custom_target(tests_${kind})
  endif()
  add_dependencies(tests_${kind} test_${kind}_${name})
  add_test(NAME ${kind}.${name} COMMAND test_${kind}_${name})
  set_tests_properties(${kind}.${name} PROPERTIES LABELS ${kind} TIMEOUT ${ARGOSY_TEST_TIMEOUT})
endfunction()

# argosy_names(VARIABLE FILES...): a file with these names, written when they change. What is made of a whole folder depends on it: a file
# that was renamed keeps its time, and one that is gone has none.
function(argosy_names variable)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${variable}.names)
  list(JOIN ARGN "\n" lines)
  file(CONFIGURE OUTPUT ${out} CONTENT "${lines}\n" @ONLY)
  set(${variable} ${out} PARENT_SCOPE)
endfunction()
