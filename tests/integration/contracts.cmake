# Our clients against our stand-ins: two parts that know nothing of each other and have to agree. They are C++ programs,
# and also part of a build of just these folders (MTC_ONLY).
if(MTC_UNIT_TESTS AND TARGET mtc_emulator_kubernetes AND TARGET mtc_adapters_kubernetes)
  add_executable(kubernetes_contract_test
    ${CMAKE_CURRENT_LIST_DIR}/kubernetes_contract_test.cc ${CMAKE_CURRENT_LIST_DIR}/kubernetes_contract_watch_test.cc
    ${CMAKE_CURRENT_LIST_DIR}/kubernetes_contract.cc)
  target_link_libraries(kubernetes_contract_test PRIVATE
    mtc_emulator_kubernetes mtc_adapters_kubernetes mtc_infra_crypto mtc_test_pch_code GTest::gmock GTest::gtest_main)
  target_include_directories(kubernetes_contract_test PRIVATE ${CMAKE_CURRENT_LIST_DIR})
  target_precompile_headers(kubernetes_contract_test REUSE_FROM mtc_test_pch)
  add_test(NAME ${MTC_TEST_PREFIX}contract/kubernetes COMMAND kubernetes_contract_test)
  set_tests_properties(${MTC_TEST_PREFIX}contract/kubernetes PROPERTIES LABELS integration TIMEOUT 300)
endif()
