@echo off
rem Double-click, or drop files on it. docs\windows.md describes it for the officer.
rem ASCII only: cmd.exe reads this file in the code page of its console, which is 932 on one
rem machine and 65001 on another. Japanese is written by Python, which needs no code page,
rem and by TYPE below, behind a CHCP.
setlocal EnableExtensions DisableDelayedExpansion
set SHIRYO_ARGUMENTS=%*
set "HERE=%~dp0"
set "STATUS=0"
rem Explorer does not quote a path with an ampersand, which ends the arguments above; the raw
rem line has it whole. Delayed expansion copies both without reading them as commands.
setlocal EnableDelayedExpansion
set "SHIRYO_COMMAND_LINE=!CMDCMDLINE!"

rem The folder from the zip: its own Python, by its full path, which may be \\server\...
if not exist "!HERE!program\python\pythonw.exe" goto checkout
start "" "!HERE!program\python\pythonw.exe" "!HERE!program\start.py"
goto leave

:checkout
rem PUSHD, not CD: it also gives a shared folder (\\server\...) a drive letter.
pushd "!HERE!" || goto no_folder
if not exist scripts\windows\start.py goto not_unzipped
set "PY="
call :try py -3
if not defined PY call :try python
if not defined PY call :try python3
if not defined PY goto no_python
%PY% scripts\windows\start.py
set "STATUS=!ERRORLEVEL!"
popd
if not "!STATUS!"=="0" pause

:leave
rem Opened from Explorer (cmd /c): EXIT leaves cmd, so that what follows an ampersand in a
rem dropped name is not run as a command. Typed in a console: EXIT /B leaves the file only.
if /i not "!CMDCMDLINE:/c=!"=="!CMDCMDLINE!" exit !STATUS!
exit /b !STATUS!

:try
%* -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PY=%*"
exit /b 0

:no_folder
echo The folder of this file cannot be opened: "!HERE!"
set "STATUS=5"
pause
goto leave

:no_python
chcp 65001 >nul
type scripts\windows\no_python.txt
popd
set "STATUS=4"
pause
goto leave

rem Opened inside of the zip, Explorer unpacks this file alone: no other file can write
rem Japanese here, so that it is in Latin letters.
:not_unzipped
echo Unzip the whole zip first, then open this file again.
echo Zip no naka kara wa hirakemasen. "Subete tenkai" shite kara hiraite kudasai.
popd
set "STATUS=4"
pause
goto leave
