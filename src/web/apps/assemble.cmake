# Makes one self-contained page of its parts, and the same as a string literal for pages.cc.
#
#   cmake -D NAME=digest -D SOURCES=<this folder> -D OUT=<folder> -P assemble.cmake
#
# NAME.html has @STYLE@, @SCRIPT@ and, for its Content-Security-Policy, the SHA-256 of both: nothing else on the page
# may style or run. Writes OUT/NAME.html and OUT/NAME.inc.
foreach(part IN ITEMS look paint host ${NAME})
  foreach(kind IN ITEMS css js)
    if(EXISTS ${SOURCES}/${part}.${kind})
      file(READ ${SOURCES}/${part}.${kind} text)
      string(APPEND ${kind} "${text}")
    endif()
  endforeach()
endforeach()
# In a function of its own: the window has names like "top" already.
set(js "'use strict';\n(() => {\n${js}})();\n")

# The hash as CSP wants it: base64 of 32 bytes, three bytes (six hexadecimal digits) at a time.
function(csp_hash text out)
  set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  string(SHA256 hex "${text}")
  set(base64 "")
  foreach(at RANGE 0 60 6)
    string(SUBSTRING "${hex}00" ${at} 6 digits)
    foreach(shift IN ITEMS 18 12 6 0)
      math(EXPR index "(0x${digits} >> ${shift}) & 63")
      string(SUBSTRING ${alphabet} ${index} 1 letter)
      string(APPEND base64 ${letter})
    endforeach()
  endforeach()
  string(SUBSTRING ${base64} 0 43 base64)
  set(${out} "${base64}=" PARENT_SCOPE)
endfunction()

csp_hash("${css}" style_hash)
csp_hash("${js}" script_hash)
file(READ ${SOURCES}/${NAME}.html page)
string(REPLACE "@STYLE_HASH@" "${style_hash}" page "${page}")
string(REPLACE "@SCRIPT_HASH@" "${script_hash}" page "${page}")
string(REPLACE "@STYLE@" "${css}" page "${page}")
string(REPLACE "@SCRIPT@" "${js}" page "${page}")

file(WRITE ${OUT}/${NAME}.html "${page}")
file(WRITE ${OUT}/${NAME}.inc "R\"page(${page})page\"\n")
