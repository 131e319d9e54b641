# Headers that nearly every file sees, parsed once: halves the time of a clean build. Of ours only the lowest floor is in it, a change of
# which costs a build of everything anyway; any other change costs what it costs. The release preset builds without, and thereby notices a
# file that forgot an include.
option(ARGOSY_PCH "Precompile the headers of the standard library, fmt, GoogleTest and common/core" OFF)

if(ARGOSY_PCH)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")  # the same headers give the same bytes: ccache asks for it
endif()

set(ARGOSY_PCH_HEADERS
    <algorithm> <array> <chrono> <cstdint> <expected> <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <string> <string_view>
    <thread> <utility> <variant> <vector> <fmt/format.h>)
set(ARGOSY_PCH_CORE clock error file ids json text)
list(TRANSFORM ARGOSY_PCH_CORE REPLACE "(.+)" "${CMAKE_SOURCE_DIR}/common/core/\\1.h")

# argosy_precompile(TARGET product|test)
function(argosy_precompile target kind)
  if(NOT ARGOSY_PCH)
    return()
  endif()
  if(NOT TARGET argosy_pch_${kind})
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${kind}.cc "")
    add_library(argosy_pch_${kind} OBJECT ${CMAKE_BINARY_DIR}/pch/${kind}.cc)
    target_link_libraries(argosy_pch_${kind} PRIVATE fmt::fmt $<$<STREQUAL:${kind},test>:GTest::gmock>)
    target_include_directories(argosy_pch_${kind} PRIVATE ${CMAKE_SOURCE_DIR})
    target_precompile_headers(argosy_pch_${kind} PRIVATE ${ARGOSY_PCH_HEADERS} $<$<STREQUAL:${kind},test>:<gmock/gmock.h$<ANGLE-R>> ${ARGOSY_PCH_CORE})
  endif()
  target_precompile_headers(${target} REUSE_FROM argosy_pch_${kind})
endfunction()
