# cmake --install: libraries, headers, the element, the tool, find_package(retouch) and pkg-config.
include(CMakePackageConfigHelpers)
install(DIRECTORY include/retouch DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set(retouch_installed retouch_core)
if(RETOUCH_PIPELINE)
  list(APPEND retouch_installed retouch_pipeline)
endif()
install(TARGETS ${retouch_installed} EXPORT retouchTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT retouchTargets NAMESPACE retouch:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/retouch)
configure_package_config_file(cmake/retouchConfig.cmake.in ${PROJECT_BINARY_DIR}/retouchConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/retouch)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/retouchConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/retouchConfig.cmake ${PROJECT_BINARY_DIR}/retouchConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/retouch)
# Relative to the .pc file, so that the tree may be installed with another prefix, or moved.
file(RELATIVE_PATH retouch_pc_to_prefix ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/retouch.pc.in ${PROJECT_BINARY_DIR}/retouch.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/retouch.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})
