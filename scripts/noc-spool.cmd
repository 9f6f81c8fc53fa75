@"%~dp0python.exe" -m noc_console.spool %*
