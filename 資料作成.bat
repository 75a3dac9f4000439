@echo off
rem Double-click, or drop workbooks on it. docs\windows.md tells the officer how.
rem ASCII only: cmd.exe reads this file in the code page of its console, which is 932 on one
rem machine and 65001 on another. Japanese is written by Python, which needs no code page,
rem and by TYPE below, behind a CHCP.
setlocal EnableExtensions DisableDelayedExpansion
set SHIRYO_ARGUMENTS=%*
rem PUSHD, not CD: it also gives a shared folder (\\server\...) a drive letter.
pushd "%~dp0" || goto no_folder

set "PY="
call :try py -3
if not defined PY call :try python
if not defined PY call :try python3
if not defined PY goto no_python

rem Explorer does not quote a path with an ampersand, which ends the arguments above; the raw
rem line has it whole. Delayed expansion copies it without reading it as a command.
setlocal EnableDelayedExpansion
set "SHIRYO_COMMAND_LINE=!CMDCMDLINE!"
%PY% scripts\windows\start.py
set "STATUS=!ERRORLEVEL!"
if not "!STATUS!"=="0" pause
rem Opened from Explorer (cmd /c): EXIT leaves cmd, so that what follows an ampersand in a
rem dropped name is not run as a command. Typed in a console: EXIT /B leaves the file only.
if /i not "!CMDCMDLINE:/c=!"=="!CMDCMDLINE!" exit !STATUS!
exit /b !STATUS!

:try
%* -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PY=%*"
exit /b 0

:no_folder
echo The folder of this file cannot be opened: "%~dp0"
pause
exit /b 5

:no_python
chcp 65001 >nul
type scripts\windows\no_python.txt
pause
exit /b 4
