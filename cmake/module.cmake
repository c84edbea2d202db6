# A folder below src/ is a namespace, a library target and a test program.
#
#   mtc_module(DEPS base infra LIBS fmt::fmt)
#
# Sources are the folder's *.cc, its tests are its *_test.cc. DEPS are folders of ours, LIBS are targets of others.
# FUZZED: what comes from outside is read here, so libFuzzer watches which of its branches are taken. That takes a third
# longer to compile: nothing else is watched unless MTC_FUZZ is ALL.
# The library of src/domain/logs is mtc_domain_logs; its tests run as mtc_domain_logs_test.

add_library(mtc_options INTERFACE)
target_include_directories(mtc_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
# A thread keeps 16 coroutine frames for the next coroutines: a request is about that many deep.
target_compile_definitions(mtc_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16 MTC_VERSION="${PROJECT_VERSION}")
target_compile_options(mtc_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror=switch -Werror=return-type
  -Wno-missing-field-initializers -Wno-missing-designated-field-initializers)
target_link_libraries(mtc_options INTERFACE Threads::Threads fmt::fmt nlohmann_json::nlohmann_json)

# What almost every file needs, parsed once; and once more with what every test, and every command, needs besides. What
# these headers define is compiled once, too: files that use it need not. Nobody needs all of that, and parts of it lead
# to functions that no library has: the linker drops what is not used.
set(mtc_common_headers
  <algorithm> <array> <chrono> <expected> <functional> <map> <memory> <optional> <span> <string> <string_view>
  <unordered_map> <utility> <vector> <boost/asio/awaitable.hpp> <fmt/format.h> <nlohmann/json.hpp>
  "${PROJECT_SOURCE_DIR}/cmake/instances.h")
# mtc_add_pch(NAME header…): the headers as NAME, for REUSE_FROM; whoever links such files also links NAME_code.
function(mtc_add_pch_headers name)
  add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cc)
  target_link_libraries(${name} PRIVATE mtc_options)
  target_precompile_headers(${name} PRIVATE ${mtc_common_headers} ${ARGN})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(${name} PRIVATE "SHELL:-Xclang -fmodules-codegen")
  endif()
endfunction()
function(mtc_add_pch name)
  mtc_add_pch_headers(${name} ${ARGN})
  add_library(${name}_code STATIC ${PROJECT_SOURCE_DIR}/cmake/pch.cc)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(header ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx.pch)
    set(code ${CMAKE_CURRENT_BINARY_DIR}/${name}_code.o)
    string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
    separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
    add_custom_command(OUTPUT ${code} DEPENDS ${header} ${name} VERBATIM
      COMMAND ${CMAKE_CXX_COMPILER} ${flags} -ffunction-sections -Wno-unused-command-line-argument -c ${header} -o ${code})
    target_sources(${name}_code PRIVATE ${code})
    target_link_options(${name}_code INTERFACE -Wl,--gc-sections)
  endif()
endfunction()
mtc_add_pch(mtc_pch)
if(NOT MTC_ONLY OR "app" IN_LIST MTC_ONLY)
  mtc_add_pch(mtc_command_pch <CLI/CLI.hpp> <boost/asio/thread_pool.hpp>)
  target_link_libraries(mtc_command_pch PRIVATE CLI11::CLI11)
endif()
if(MTC_UNIT_TESTS)
  mtc_add_pch(mtc_test_pch <gmock/gmock.h> <gtest/gtest.h>)
  target_link_libraries(mtc_test_pch PRIVATE GTest::gmock)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(mtc_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp" -fpch-preprocess)
endif()

# The same code as in mtc_pch_code, so these headers bring none of their own.
if(MTC_FUZZ)
  mtc_add_pch_headers(mtc_fuzz_pch)
  target_compile_options(mtc_fuzz_pch PRIVATE -fsanitize=fuzzer-no-link)
endif()
function(mtc_watch target)
  target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  target_precompile_headers(${target} REUSE_FROM mtc_fuzz_pch)
endfunction()

# Asio and Beast without their code in every file.
add_library(mtc_boost STATIC ${PROJECT_SOURCE_DIR}/cmake/boost/asio.cc ${PROJECT_SOURCE_DIR}/cmake/boost/tls.cc
  ${PROJECT_SOURCE_DIR}/cmake/boost/beast.cc)
target_link_libraries(mtc_boost PRIVATE mtc_options PUBLIC mtc_pch_code OpenSSL::SSL OpenSSL::Crypto)

function(mtc_target_name out folder)
  string(REPLACE "/" "_" name "mtc_${folder}")
  set(${out} ${name} PARENT_SCOPE)
endfunction()

function(mtc_module)
  cmake_parse_arguments(arg "FUZZED" "" "DEPS;LIBS;TEST_DEPS;TEST_LIBS" ${ARGN})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  mtc_target_name(library ${folder})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()

  set(deps "")
  foreach(dep IN LISTS arg_DEPS)
    mtc_target_name(target ${dep})
    list(APPEND deps ${target})
  endforeach()

  if(sources)
    add_library(${library} STATIC ${sources})
    target_link_libraries(${library} PUBLIC mtc_options mtc_boost ${deps} ${arg_LIBS})
    if(MTC_FUZZ STREQUAL "ALL" OR (MTC_FUZZ AND arg_FUZZED))
      mtc_watch(${library})
    else()
      target_precompile_headers(${library} REUSE_FROM mtc_pch)
    endif()
  else()
    add_library(${library} INTERFACE)
    target_link_libraries(${library} INTERFACE mtc_options mtc_boost ${deps} ${arg_LIBS})
  endif()

  if(tests AND MTC_UNIT_TESTS)
    set(test_deps "")
    foreach(dep IN LISTS arg_TEST_DEPS)
      mtc_target_name(target ${dep})
      list(APPEND test_deps ${target})
    endforeach()
    add_executable(${library}_test ${tests})
    target_link_libraries(${library}_test PRIVATE ${library} ${test_deps} ${arg_TEST_LIBS} mtc_test_pch_code
      GTest::gmock GTest::gtest_main)
    target_precompile_headers(${library}_test REUSE_FROM mtc_test_pch)
    add_test(NAME ${MTC_TEST_PREFIX}${folder} COMMAND ${library}_test)
    set_tests_properties(${MTC_TEST_PREFIX}${folder} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
endfunction()

# mtc_add_folder(domain/logs): add_subdirectory, unless MTC_ONLY names other folders.
macro(mtc_add_folder folder)
  if((NOT MTC_ONLY OR "${folder}" IN_LIST MTC_ONLY) AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
    add_subdirectory(${folder})
  endif()
endmacro()

# mtc_fuzz_target(json_rpc SOURCES json_rpc_fuzz.cc DEPS mcp): a libFuzzer program that ctest runs for a few seconds.
function(mtc_fuzz_target name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  if(NOT MTC_FUZZ)
    return()
  endif()
  set(deps "")
  foreach(dep IN LISTS arg_DEPS)
    mtc_target_name(target ${dep})
    if(NOT TARGET ${target})
      return()
    endif()
    list(APPEND deps ${target})
  endforeach()
  add_executable(fuzz_${name} ${arg_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE ${deps} ${arg_LIBS})
  mtc_watch(fuzz_${name})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  set(seconds 3)
  if(DEFINED ENV{MTC_FUZZ_SECONDS})
    set(seconds $ENV{MTC_FUZZ_SECONDS})
  endif()
  set(found ${CMAKE_CURRENT_BINARY_DIR}/found/${name})
  file(MAKE_DIRECTORY ${found})
  set(dirs ${found})
  if(IS_DIRECTORY ${corpus})
    list(APPEND dirs ${corpus})
  endif()
  add_test(NAME fuzz/${name}
    COMMAND fuzz_${name} -max_total_time=${seconds} -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0
            -artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/${name}- ${dirs})
  set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 600)
endfunction()
