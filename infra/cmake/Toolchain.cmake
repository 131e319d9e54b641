# Compiler, flags, sanitizers, ccache. Everything here holds for every target of the tree.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} destroys temporaries twice beside co_await: use clang++-19 (cmake --preset dev) or g++ 13 and later.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

option(ARGOSY_TESTS "Build the tests" ON)
option(ARGOSY_BENCH "Build what measures the engine, even without the tests" OFF)
option(ARGOSY_FAILPOINTS "Compile the named places where tests may kill, delay or fail a process" ON)
option(ARGOSY_COVERAGE "Instrument for llvm-cov" OFF)
option(ARGOSY_FUZZ "Build the fuzzers instead of the tests (make fuzz)" OFF)
set(ARGOSY_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")

find_program(ARGOSY_CCACHE ccache)
if(ARGOSY_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${ARGOSY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ARGOSY_CCACHE})
endif()

add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wall> $<$<COMPILE_LANGUAGE:CXX>:-Wextra> $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(-fuse-ld=lld-19)
endif()
# Debug builds are read by people and by sanitizers, not by profilers: line tables are enough, and they link in half the time.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -gline-tables-only")
set(CMAKE_C_FLAGS_DEBUG "-O1")

if(ARGOSY_FAILPOINTS)
  add_compile_definitions(ARGOSY_FAILPOINTS=1)
endif()
if(ARGOSY_SANITIZE)
  # Undefined behaviour ends the program like everything else that is found: a line in a log of a green test is read by nobody.
  add_compile_options(-fsanitize=${ARGOSY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ARGOSY_SANITIZE})
endif()
if(ARGOSY_COVERAGE)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fprofile-instr-generate> $<$<COMPILE_LANGUAGE:CXX>:-fcoverage-mapping>)
  add_link_options(-fprofile-instr-generate)
endif()
