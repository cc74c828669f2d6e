// What Ink colours with decides once, when it is loaded: this must come before it. Pictures have colours anywhere.
process.env['FORCE_COLOR'] = '3';
