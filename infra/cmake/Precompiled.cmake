# The headers of precompiled.h, and for tests GoogleTest's. The release preset builds without, and thereby notices a file that forgot an include.
option(ARGOSY_PCH "Precompile the headers of the standard library, fmt, GoogleTest and common/core" OFF)

if(ARGOSY_PCH)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")  # the same headers give the same bytes: ccache asks for it
endif()
set(ARGOSY_PCH_FOLDER ${CMAKE_CURRENT_LIST_DIR})

# What the headers define (the inline functions, the templates that they instantiate) is compiled once too, into a library of its own, instead
# of into every object that uses it: a tenth of a clean build's time.
function(argosy_precompiled_code kind)
  add_library(argosy_pch_code_${kind} INTERFACE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR ARGOSY_SANITIZE OR ARGOSY_COVERAGE)  # these count or watch what each object runs
    return()
  endif()
  target_compile_options(argosy_pch_${kind} PRIVATE -fpch-codegen)
  target_precompile_headers(argosy_pch_${kind} PRIVATE ${ARGOSY_PCH_FOLDER}/precompiled_templates.h)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS_DEBUG}")
  set(headers ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/argosy_pch_${kind}.dir/cmake_pch.hxx.pch)
  set(object ${CMAKE_BINARY_DIR}/pch/${kind}_headers.o)
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} -ffunction-sections -c ${headers} -o ${object}
    DEPENDS ${headers}
    COMMENT "Compiling what the precompiled headers define"
    VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  add_library(argosy_pch_headers_${kind} STATIC ${object})
  set_target_properties(argosy_pch_headers_${kind} PROPERTIES LINKER_LANGUAGE CXX)
  # Some of what headers define needs what no library has; unless somebody calls it, that is no error.
  target_link_options(argosy_pch_code_${kind} INTERFACE LINKER:--gc-sections)
  target_link_libraries(argosy_pch_code_${kind} INTERFACE argosy_pch_headers_${kind})
endfunction()

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
    target_precompile_headers(argosy_pch_${kind} PRIVATE ${ARGOSY_PCH_FOLDER}/precompiled.h $<$<STREQUAL:${kind},test>:<gmock/gmock.h$<ANGLE-R>>)
    argosy_precompiled_code(${kind})
  endif()
  target_precompile_headers(${target} REUSE_FROM argosy_pch_${kind})
  target_link_libraries(${target} PRIVATE argosy_pch_code_${kind})
endfunction()
