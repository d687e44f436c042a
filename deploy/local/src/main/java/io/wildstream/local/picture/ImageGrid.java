package io.wildstream.local.picture;

import io.wildstream.local.data.Pixels;
import io.wildstream.local.picture.Canvas.Align;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Images in titled rows, each with a caption beneath; a row of many goes over several lines. */
public final class ImageGrid {
    private static final int COLUMNS = 10;
    private static final int PICTURE = 84;
    private static final int TILE_WIDTH = PICTURE + 14;
    private static final int TILE_HEIGHT = PICTURE + 30;
    private static final int MARGIN = 30;
    private static final int HEAD = 76;
    private static final int ROW_HEAD = 36;
    private static final double DOT = 1.75;

    /** One image and what stands beneath it. */
    public record Cell(Pixels pixels, String caption) {}

    private record Row(String title, List<Cell> cells) {
        int height() {
            return ROW_HEAD + (cells.size() + COLUMNS - 1) / COLUMNS * TILE_HEIGHT;
        }
    }

    private final String title;
    private final List<Row> rows = new ArrayList<>();

    /** Begins an empty grid of that title. */
    public ImageGrid(String title) {
        this.title = title;
    }

    /** Adds a row of any number of cells, ten in a line. */
    public ImageGrid row(String rowTitle, List<Cell> cells) {
        rows.add(new Row(rowTitle, List.copyOf(cells)));
        return this;
    }

    /** Writes it as a PNG file. */
    public void write(Path file) throws IOException {
        Canvas.write(image(), file);
    }

    /** The picture. */
    public BufferedImage image() {
        int width = 2 * MARGIN + COLUMNS * TILE_WIDTH;
        int height = HEAD + rows.stream().mapToInt(Row::height).sum() + MARGIN;
        try (Canvas canvas = new Canvas(width, height)) {
            canvas.boldText(Canvas.fitting(title, 2.4, width - 2 * MARGIN), 2.4, MARGIN, 40, Align.LEFT, Palette.INK);
            int y = HEAD;
            for (Row row : rows) {
                String text = Canvas.fitting(row.title(), DOT, width - 2 * MARGIN);
                canvas.text(text, DOT, MARGIN, y + ROW_HEAD / 2.0 - 4, Align.LEFT, Palette.FAINT_INK);
                cells(canvas, row, y + ROW_HEAD);
                y += row.height();
            }
            return canvas.image();
        }
    }

    private static void cells(Canvas canvas, Row row, int top) {
        for (int i = 0; i < row.cells().size(); i++) {
            Cell cell = row.cells().get(i);
            int x = MARGIN + i % COLUMNS * TILE_WIDTH;
            int y = top + i / COLUMNS * TILE_HEIGHT;
            canvas.picture(Gallery.picture(cell.pixels()), x, y, PICTURE, PICTURE);
            String caption = Canvas.fitting(cell.caption(), DOT, TILE_WIDTH);
            canvas.text(caption, DOT, x + PICTURE / 2.0, y + PICTURE + 14, Align.CENTRE, Palette.INK);
        }
    }
}
