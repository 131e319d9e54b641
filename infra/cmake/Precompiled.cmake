# Headers of others, parsed once instead of in every file: halves the time of a clean build. Nothing of ours is in it, so that a change of
# ours costs what it costs. The release preset builds without, and thereby notices a file that forgot an include.
option(ARGOSY_PCH "Precompile the standard library's, fmt's and GoogleTest's headers" OFF)

if(ARGOSY_PCH)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")  # the same headers give the same bytes: ccache asks for it
endif()

set(ARGOSY_PCH_HEADERS
    <algorithm> <array> <chrono> <cstdint> <expected> <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <string> <string_view>
    <thread> <utility> <variant> <vector> <fmt/format.h>)

# argosy_precompile(TARGET product|test)
function(argosy_precompile target kind)
  if(NOT ARGOSY_PCH)
    return()
  endif()
  if(NOT TARGET argosy_pch_${kind})
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${kind}.cc "")
    add_library(argosy_pch_${kind} OBJECT ${CMAKE_BINARY_DIR}/pch/${kind}.cc)
    target_link_libraries(argosy_pch_${kind} PRIVATE fmt::fmt $<$<STREQUAL:${kind},test>:GTest::gmock>)
    target_precompile_headers(argosy_pch_${kind} PRIVATE ${ARGOSY_PCH_HEADERS} $<$<STREQUAL:${kind},test>:<gtest/gtest.h$<ANGLE-R>>)
  endif()
  target_precompile_headers(${target} REUSE_FROM argosy_pch_${kind})
endfunction()
