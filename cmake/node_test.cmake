# Tests against peers that are not ours: node programs drive our binaries.
#
#   mtc_node_test(mcp_sdk mcp_sdk.test.mjs ENV "MTC_FIXTURE_SERVER=$<TARGET_FILE:fixture_server>")
#
# The file is named from tests/node; the test is called node/mcp_sdk, after the prefix of the build. Without
# tests/node/node_modules (npm ci there) it is skipped and says so.
function(mtc_node_test name file)
  set(MTC_NODE_DIR ${PROJECT_SOURCE_DIR}/tests/node)
  cmake_parse_arguments(arg "" "TIMEOUT" "ENV" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set(test ${MTC_TEST_PREFIX}node/${name})
  add_test(NAME ${test} WORKING_DIRECTORY ${MTC_NODE_DIR}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/integration/run_node_test ${MTC_NODE_DIR} ${file})
  set_tests_properties(${test} PROPERTIES
    LABELS integration TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77 ENVIRONMENT "${arg_ENV}")
endfunction()
