"""A name that would do harm if a page took it for markup."""

from typing import Final

HOSTILE: Final = "evil/<script>document.title='taken'</script>\"onclick=alert(1)"
