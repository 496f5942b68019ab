// One picture of the contact sheet.

/** An element about `pixels` high that shows the picture of sample `row`; null where the run has no pictures. */
export function thumbnail(row, { sheet, picture }, pixels) {
  if (!sheet) return null;
  const image = document.createElement("i");
  image.className = "thumbnail";
  // Whole pixels for small pictures, so that they stay sharp.
  const scale = sheet.height < pixels ? Math.round(pixels / sheet.height) : pixels / sheet.height;
  const [column, line] = [row % sheet.columns, Math.floor(row / sheet.columns)];
  Object.assign(image.style, {
    width: `${sheet.width * scale}px`,
    height: `${sheet.height * scale}px`,
    backgroundImage: `url(${picture})`,
    backgroundSize: `${sheet.columns * sheet.width * scale}px auto`,
    backgroundPosition: `-${column * sheet.width * scale}px -${line * sheet.height * scale}px`,
  });
  return image;
}
