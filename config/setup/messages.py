"""Compile the translations: `python -m config.setup.messages`."""

from config.setup.environment import compile_messages

if __name__ == "__main__":
    compile_messages()
