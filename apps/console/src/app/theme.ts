import { alpha, createTheme, type PaletteOptions } from '@mui/material/styles';

/** Quiet surfaces and one accent: colour is kept for what the data says. */
const light: PaletteOptions = {
  mode: 'light',
  primary: { main: '#0b6e69', contrastText: '#ffffff' },
  secondary: { main: '#2b3a42', contrastText: '#ffffff' },
  success: { main: '#1d7f4c' },
  warning: { main: '#9a6200' },
  error: { main: '#b3261e' },
  info: { main: '#22619c' },
  background: { default: '#f5f7f8', paper: '#ffffff' },
  text: { primary: '#17242b', secondary: '#51626b' },
  divider: '#dde3e6',
};
const dark: PaletteOptions = {
  mode: 'dark',
  primary: { main: '#5fc9c0', contrastText: '#06201f' },
  secondary: { main: '#c3d0d6', contrastText: '#10181c' },
  success: { main: '#6fcf97' },
  warning: { main: '#f0b955' },
  error: { main: '#f28b82' },
  info: { main: '#86b8ea' },
  background: { default: '#0f1518', paper: '#161e22' },
  text: { primary: '#e6edf0', secondary: '#9fb0b8' },
  divider: '#28343a',
};

const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif';
const outlined = { variant: 'outlined' as const, margin: 'dense' as const, size: 'small' as const, fullWidth: true };

function build(palette: PaletteOptions) {
  const base = createTheme({ palette });
  const { divider, background, text, primary } = base.palette;
  return createTheme({
    palette,
    shape: { borderRadius: 8 },
    sidebar: { width: 224, closedWidth: 56 },
    typography: {
      fontFamily,
      button: { textTransform: 'none', fontWeight: 600 },
      h4: { fontSize: '1.9rem', fontWeight: 650, letterSpacing: '-0.02em' },
      h5: { fontSize: '1.35rem', fontWeight: 650, letterSpacing: '-0.01em' },
      h6: { fontSize: '1rem', fontWeight: 650 },
      subtitle2: { fontWeight: 600 },
      body2: { fontSize: '0.875rem' },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          body: { fontVariantNumeric: 'tabular-nums' },
          ':focus-visible': { outline: `2px solid ${primary.main}`, outlineOffset: 2 },
          '@media (prefers-reduced-motion: reduce)': { '*': { transition: 'none !important', animation: 'none' } },
        },
      },
      MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' } } },
      MuiCard: { styleOverrides: { root: { border: `1px solid ${divider}`, boxShadow: 'none' } } },
      MuiDialog: { styleOverrides: { paper: { border: `1px solid ${divider}` } } },
      MuiTextField: { defaultProps: outlined },
      MuiFormControl: { defaultProps: outlined },
      MuiAutocomplete: { defaultProps: { fullWidth: true } },
      MuiButton: { defaultProps: { disableElevation: true } },
      MuiTableCell: {
        styleOverrides: {
          root: { borderColor: divider },
          head: { color: text.secondary, fontWeight: 600, fontSize: '0.78rem' },
        },
      },
      MuiTableRow: { styleOverrides: { root: { '&:last-child td': { borderBottom: 0 } } } },
      MuiTooltip: { defaultProps: { arrow: true } },
      MuiLinearProgress: { styleOverrides: { root: { borderRadius: 4, height: 6 } } },
      MuiAppBar: {
        styleOverrides: {
          root: {
            backgroundImage: 'none',
            backgroundColor: background.paper,
            color: text.primary,
            boxShadow: 'none',
            borderBottom: `1px solid ${divider}`,
          },
        },
      },
      RaLayout: {
        styleOverrides: {
          root: {
            minWidth: 0,
            '& .RaLayout-content': {
              minWidth: 0,
              padding: base.spacing(2),
              paddingBottom: base.spacing(6),
              [base.breakpoints.up('md')]: { padding: base.spacing(2, 3, 6) },
            },
          },
        },
      },
      RaSidebar: { styleOverrides: { root: { '& .MuiPaper-root': { borderRight: 'none' } } } },
      RaMenuItemLink: {
        styleOverrides: {
          root: {
            margin: base.spacing(0.25, 1),
            padding: base.spacing(0.5, 1.25),
            minHeight: 34,
            borderRadius: 8,
            fontSize: '0.9rem',
            '& .RaMenuItemLink-icon': { minWidth: 32 },
            '&.RaMenuItemLink-active': {
              color: primary.main,
              fontWeight: 600,
              backgroundColor: alpha(primary.main, 0.1),
              '& .RaMenuItemLink-icon': { color: primary.main },
            },
          },
        },
      },
      RaList: {
        styleOverrides: { root: { '& .RaList-main': { minWidth: 0 }, '& .RaList-content': { overflowX: 'auto' } } },
      },
      RaListToolbar: { styleOverrides: { root: { '&&': { backgroundColor: 'transparent' } } } },
      RaTopToolbar: { styleOverrides: { root: { '&&': { backgroundColor: 'transparent' } } } },
      RaShow: { styleOverrides: { root: { '& .RaShow-card': { minWidth: 0 } } } },
      RaCreate: { styleOverrides: { root: { '& .RaCreate-card': { minWidth: 0 } } } },
      RaEdit: { styleOverrides: { root: { '& .RaEdit-card': { minWidth: 0 } } } },
      RaDataTable: { styleOverrides: { root: { '& .RaDataTable-headerCell': { whiteSpace: 'nowrap' } } } },
      RaLabeled: { styleOverrides: { root: { '& .RaLabeled-label': { fontSize: '0.78rem' } } } },
    },
  });
}

export const lightTheme = build(light);
export const darkTheme = build(dark);
