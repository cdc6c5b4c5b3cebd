"""What stands behind the command line, a file for each group of commands.

| Command | Where |
|---|---|
| `serve`, `migrate`, `clock advance` | `running` |
| `demo`, `token` | `trying` |
| `office`, `advisor`, `company` | `facts` |
| `service add` | `catalogue` |
| `person` | `person` |
| `schema`, `docs` | `printed` |
| `doctor` | `doctor` |

Behind them: `setting_up` (the settings, the log and the installation that a command works on) and `logs`.
"""
