# The headers of precompiled.h, and for tests GoogleTest's. The tsan preset builds without, and thereby notices a file that forgot an include.
option(ARGOSY_PCH "Precompile the headers of the standard library, fmt, GoogleTest and common/core" OFF)

if(ARGOSY_PCH)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")  # the same headers give the same bytes: ccache asks for it
endif()
set(ARGOSY_PCH_FOLDER ${CMAKE_CURRENT_LIST_DIR})

# What the headers define (the inline functions, the templates that they instantiate) is compiled once too, into a library of its own, instead
# of into every object that uses it: a tenth of a clean build's time.
function(argosy_precompiled_code kind)
  add_library(argosy_pch_code_${kind} INTERFACE)
  # Sanitizers and coverage watch what each object runs, and optimized code wants to see what it calls.
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR ARGOSY_SANITIZE OR ARGOSY_COVERAGE OR NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
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

# A room's own headers, for it and for those who use it, where there is a precompiled_ROOM.h: they lie on top of the others, so that a change of
# them costs no more than that room and its users. Only clang can stack them.
function(argosy_precompiled_room room kind)
  set(name argosy_pch_${kind}_${room})
  get_target_property(folder argosy_pch_${kind} BINARY_DIR)
  set(below ${folder}/CMakeFiles/argosy_pch_${kind}.dir/cmake_pch.hxx.pch)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/pch/${kind}.cc)
  target_link_libraries(${name} PRIVATE fmt::fmt $<$<STREQUAL:${kind},test>:GTest::gmock>)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${name} PRIVATE "SHELL:-Xclang -include-pch -Xclang ${below}")
  target_precompile_headers(${name} PRIVATE ${ARGOSY_PCH_FOLDER}/precompiled_${room}.h)
  set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx.cxx PROPERTIES OBJECT_DEPENDS ${below})
endfunction()

# argosy_precompile(TARGET product|test [ROOM]) with the headers that the room has a list of, or that its target (a worker's) took over.
function(argosy_precompile target kind)
  if(NOT ARGOSY_PCH)
    return()
  endif()
  set(room "${ARGV2}")
  if(room AND NOT EXISTS ${ARGOSY_PCH_FOLDER}/precompiled_${room}.h)
    set(room "")
    if(TARGET argosy_${ARGV2})
      get_target_property(room argosy_${ARGV2} ARGOSY_PRECOMPILED_ROOM)
    endif()
  endif()
  if(NOT TARGET argosy_pch_${kind})
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${kind}.cc "")
    add_library(argosy_pch_${kind} OBJECT ${CMAKE_BINARY_DIR}/pch/${kind}.cc)
    target_link_libraries(argosy_pch_${kind} PRIVATE fmt::fmt $<$<STREQUAL:${kind},test>:GTest::gmock>)
    target_include_directories(argosy_pch_${kind} PRIVATE ${CMAKE_SOURCE_DIR})
    target_precompile_headers(argosy_pch_${kind} PRIVATE ${ARGOSY_PCH_FOLDER}/precompiled.h $<$<STREQUAL:${kind},test>:<gmock/gmock.h$<ANGLE-R>>)
    argosy_precompiled_code(${kind})
  endif()
  target_link_libraries(${target} PRIVATE argosy_pch_code_${kind})
  if(room AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    if(NOT TARGET argosy_pch_${kind}_${room})
      argosy_precompiled_room(${room} ${kind})
    endif()
    target_precompile_headers(${target} REUSE_FROM argosy_pch_${kind}_${room})
    set_target_properties(${target} PROPERTIES ARGOSY_PRECOMPILED_ROOM ${room})
  else()
    target_precompile_headers(${target} REUSE_FROM argosy_pch_${kind})
  endif()
endfunction()
