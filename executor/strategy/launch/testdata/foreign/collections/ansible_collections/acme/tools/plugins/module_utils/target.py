OTHER = 'moved here'
